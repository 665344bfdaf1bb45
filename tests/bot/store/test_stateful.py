"""The store against a model of it in plain dictionaries, over random orders of everything that happens to jobs."""

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from bot.model import TRANSITIONS, WAITING, JobFile
from bot.store import Duplicate, OverQuota, OverWaiting, Store, check

from .conftest import NOON, TestClock, accept, files_on_disk, make_charge

pytestmark = pytest.mark.slow

PEOPLE = st.sampled_from(["ada", "bob"])
DAYS = st.sampled_from(["2025-06-15", "2025-06-16"])
PLACES = st.sampled_from([None, "place:1"])
PICTURES = st.sampled_from([b"one", b"two", b"three"])
WAITING_LIMIT, PERSON_LIMIT, PLACE_LIMIT = 4, 3, 4  # low, so that they are met all the time


class StoreMachine(RuleBasedStateMachine):
    jobs = Bundle("jobs")

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory(prefix="store-")
        self.clock = TestClock()
        self.store = self.do(Store.open(Path(self.folder.name) / "data", clock=self.clock))
        self.states, self.owner, self.charges, self.pictures = {}, {}, {}, {}
        self.forgotten_use = Counter()  # usage stays when its jobs are gone
        self.keys = 0

    def do(self, work):
        return self.loop.run_until_complete(work)

    def teardown(self):
        self.do(self.store.close())
        self.do(self.loop.shutdown_default_executor())
        self.loop.close()
        self.folder.cleanup()

    # ---- what should be ----

    def usage(self):
        total = Counter(self.forgotten_use)
        for subjects, day, paintings in self.charges.values():
            for subject in subjects:
                total[subject, day] += paintings
        return total

    def subject(self, person):
        return self.store.person_hash(f"cli:{person}")

    def waiting(self, person):
        return sum(self.owner[job] == person and state in WAITING for job, state in self.states.items())

    def move(self, job, to, moved, only_from=None):
        state = self.states.get(job)
        allowed = state is not None and to in TRANSITIONS[state] and (only_from is None or state in only_from)
        assert bool(moved) == allowed
        if allowed:
            self.states[job] = to
        return allowed

    # ---- what happens ----

    @rule(
        target=jobs, person=PEOPLE, day=DAYS, place=PLACES, paintings=st.integers(0, 2), photo=PICTURES, style=PICTURES
    )
    def ask(self, person, day, place, paintings, photo, style):
        self.keys += 1
        charge = make_charge(
            paintings=paintings,
            day=day,
            waiting_limit=WAITING_LIMIT,
            person_limit=PERSON_LIMIT,
            place_subject=place,
            place_limit=PLACE_LIMIT,
        )
        usage = self.usage()
        subject = self.subject(person)
        answer = self.do(
            accept(self.store, person, photo, style, charge, id=f"j{self.keys}", created_at=NOON + self.keys)
        )
        if self.waiting(person) >= WAITING_LIMIT:
            assert answer == OverWaiting(WAITING_LIMIT)
        elif paintings and usage[subject, day] + paintings > PERSON_LIMIT:
            assert answer == OverQuota(PERSON_LIMIT, usage[subject, day], "person")
        elif paintings and place and usage[place, day] + paintings > PLACE_LIMIT:
            assert answer == OverQuota(PLACE_LIMIT, usage[place, day], "place")
        else:
            assert (answer.state, answer.paintings) == ("queued", paintings)
            self.states[answer.id], self.owner[answer.id] = "queued", person
            self.charges[answer.id] = ([subject] + [place] * (place is not None), day, paintings)
            self.pictures[answer.id] = Counter([photo, style])
        return f"j{self.keys}"

    @rule(job=jobs)
    def ask_again_with_the_same_key(self, job):
        answer = self.do(accept(self.store, charge=make_charge(paintings=0, waiting_limit=0), id="x", key=f"key-{job}"))
        assert isinstance(answer, Duplicate if job in self.states else OverWaiting)

    @rule(job=jobs)
    def start(self, job):
        self.move(job, "painting", self.do(self.store.jobs.start(job, NOON)))

    @rule(job=jobs, died=st.booleans())
    def requeue(self, job, died):
        self.move(job, "queued", self.do(self.store.jobs.requeue(job, died=died)))

    @rule(job=jobs, painting=PICTURES)
    def finish(self, job, painting):
        digest = self.do(self.store.files.put(painting))
        files = [JobFile(role="painting", digest=digest)]
        if self.move(job, "painted", self.do(self.store.jobs.finish(job, files, width=1, height=1, facts=None))):
            self.pictures[job][painting] += 1

    @rule(job=jobs)
    def deliver(self, job):
        self.move(job, "delivered", self.do(self.store.jobs.delivered(job, "ref")))

    @rule(
        job=jobs,
        state=st.sampled_from(["failed", "cancelled", "expired"]),
        refund=st.booleans(),
        only_from=st.none() | st.sets(st.sampled_from(sorted(TRANSITIONS))).map(tuple),
    )
    def end(self, job, state, refund, only_from):
        ended = self.do(self.store.jobs.end(job, state, refund=refund, only_from=only_from))
        if self.move(job, state, ended, only_from):
            subjects, day, paintings = self.charges[job]
            assert ended.refunded == (refund and paintings > 0)
            if refund:
                self.charges[job] = (subjects, day, 0)

    @rule(job=jobs, roles=st.none() | st.just(["painting"]))
    def delete_files(self, job, roles):
        painted = [file for file in self.do(self.store.jobs.files(job)) if file.role == "painting"]
        self.do(self.store.jobs.delete_files(job, roles=roles))
        if job in self.states:
            if roles is None:
                self.pictures[job].clear()
            elif painted:
                kept = self.do(self.store.jobs.files(job))
                self.pictures[job] = Counter(self.do(self.store.files.get(file.digest)) for file in kept)

    @rule(person=PEOPLE)
    def forget(self, person):
        gone = [job for job, owner in self.owner.items() if owner == person]
        assert self.do(self.store.people.forget(f"cli:{person}"))[0] == len(gone)
        for job in gone:
            subjects, day, paintings = self.charges.pop(job)
            for subject in subjects:
                self.forgotten_use[subject, day] += paintings
            del self.states[job], self.owner[job], self.pictures[job]

    @rule()
    def sweep(self):
        self.do(self.store.files.sweep(older_than_seconds=0))
        held = {picture for pictures in self.pictures.values() for picture, count in pictures.items() if count}
        assert len(files_on_disk(self.store.folder)) == len(held)

    @rule()
    def restart(self):
        self.do(self.store.close())
        self.store = self.do(Store.open(self.store.folder, clock=self.clock))

    # ---- what must always hold ----

    @invariant()
    def states_are_as_told(self):
        found = {job.id: job.state for job in self.do(self.store.jobs.by_state(*TRANSITIONS))}
        assert found == self.states

    @invariant()
    def usage_is_the_sum_of_what_was_charged_and_not_refunded(self):
        for (subject, day), paintings in self.usage().items():
            assert self.do(self.store.people.used(subject, day)) == paintings
            assert paintings <= (PLACE_LIMIT if subject.startswith("place:") else PERSON_LIMIT)

    @invariant()
    def nobody_waits_more_than_they_may(self):
        for person in ("ada", "bob"):
            count = self.do(self.store.jobs.waiting_count(f"cli:{person}"))
            assert count == self.waiting(person) <= WAITING_LIMIT

    @invariant()
    def pictures_that_somebody_holds_are_whole(self):
        for job, pictures in self.pictures.items():
            files = self.do(self.store.jobs.files(job))
            assert Counter(self.do(self.store.files.get(file.digest)) for file in files) == +pictures

    @invariant()
    def nothing_is_wrong_with_the_folder(self):
        faults = self.do(check(self.store.folder))
        assert faults == []


StoreMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestStore = StoreMachine.TestCase
