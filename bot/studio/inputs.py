"""Stored requests and the files that they work from."""

from __future__ import annotations

import msgspec

from bot.model import FileRole, JobFile, StoredRequest, StoredStyle


def swapped(request: StoredRequest, style: StoredStyle, width: int, height: int) -> StoredRequest:
    """Return the wish to paint a style's picture, `width` by `height` pixels, in the style of the photo."""
    options = request.options
    if options.init == "file":  # it began with a picture of what is no longer painted
        options = msgspec.structs.replace(options, init="photo")
    return msgspec.structs.replace(
        request,
        content=style.digest,
        styles=(StoredStyle(digest=request.content),),
        options=options,
        width=width,
        height=height,
        init=None,
        mask=None,  # so did this: it was laid over the photo
        background=(),
        regions=(),
    )


def input_files(request: StoredRequest) -> list[JobFile]:
    """Return the files that a painting works from."""
    files = [JobFile(role="content", digest=request.content)]
    files += _of_styles("style", request.styles)
    if request.init is not None:
        files.append(JobFile(role="init", digest=request.init))
    if request.mask is not None:
        files.append(JobFile(role="mask", digest=request.mask))
    files += _of_styles("background", request.background)
    styles = len(request.styles)
    for number, region in enumerate(request.regions, start=1):
        files.append(JobFile(role="mask", digest=region.mask, position=number))
        files += _of_styles("style", region.styles, first=styles)
        styles += len(region.styles)
    return files


def _of_styles(role: FileRole, styles: tuple[StoredStyle, ...], first: int = 0) -> list[JobFile]:
    return [JobFile(role=role, digest=style.digest, position=number) for number, style in enumerate(styles, first)]
