# docker build -t impasto .
# docker run -v impasto:/data -e IMPASTO_DISCORD_TOKEN -e IMPASTO_TELEGRAM_TOKEN impasto
# CPU only: add --build-arg TORCH_INDEX=URL naming a package index with CPU builds of torch.
FROM python:3.11-slim AS build
ARG TORCH_INDEX=""
WORKDIR /src
RUN python -m venv /opt/impasto
ENV PATH=/opt/impasto/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY constraints.txt ./
RUN if [ -n "$TORCH_INDEX" ]; then pip install --index-url "$TORCH_INDEX" -c constraints.txt torch; fi
COPY pyproject.toml README.md LICENSE config.example.toml ./
COPY migrations migrations
COPY nst_engine nst_engine
COPY bot bot
RUN pip install -c constraints.txt ".[mp4,fast]"

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home impasto && install -d -o impasto -m 0700 /data
COPY --from=build /opt/impasto /opt/impasto
ENV PATH=/opt/impasto/bin:$PATH XDG_DATA_HOME=/data PYTHONUNBUFFERED=1
USER impasto
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["impasto"]
CMD ["run"]
