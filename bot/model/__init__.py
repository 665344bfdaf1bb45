"""The nouns: person, place, request, job. Plain values without behaviour; everybody may import them."""

from bot.model.jobs import ENDED, TRANSITIONS, WAITING, FileRole, Job, JobFile, State, TaskKind, Verb
from bot.model.kept import Draft, Limits, PlaceSettings, Report, SavedStyle
from bot.model.people import Person
from bot.model.places import (
    ADMINISTRATORS,
    GENERAL_TOPIC,
    CliPlace,
    DiscordPlace,
    Place,
    TelegramPlace,
    others_look_on,
    own_place_key,
    platform_of,
    reachable_until,
    rooms,
    same_room,
)
from bot.model.requests import Request, RequestedStyle, StoredRequest, StoredStyle, StyleWeight

__all__ = [
    "ADMINISTRATORS",
    "ENDED",
    "GENERAL_TOPIC",
    "TRANSITIONS",
    "WAITING",
    "CliPlace",
    "DiscordPlace",
    "Draft",
    "FileRole",
    "Job",
    "JobFile",
    "Limits",
    "Person",
    "Place",
    "PlaceSettings",
    "Report",
    "Request",
    "RequestedStyle",
    "SavedStyle",
    "State",
    "StoredRequest",
    "StoredStyle",
    "StyleWeight",
    "TaskKind",
    "TelegramPlace",
    "Verb",
    "others_look_on",
    "own_place_key",
    "platform_of",
    "reachable_until",
    "rooms",
    "same_room",
]
