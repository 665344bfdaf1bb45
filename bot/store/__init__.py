"""Where everything is kept: SQLite for rows, a folder for pictures. The only package with SQL.

`Store.open` gives the whole; `migrate`, `check` and `backup` are for the command line.
"""

from bot.store.acceptance import Charge, Duplicate, NotAccepted, OverQueue, OverQuota, OverWaiting
from bot.store.drafts import Drafts
from bot.store.errors import (
    DatabaseDamaged,
    DatabaseTooNew,
    DataDirInUse,
    FileDamaged,
    FileGone,
    JobUnreadable,
    MigrationFailed,
    SecretKeyMissing,
    StorageFailed,
    StorageFull,
    StoreError,
)
from bot.store.files import GRACE_SECONDS, Files
from bot.store.jobs import Jobs
from bot.store.maintenance import backup, check, migrate
from bot.store.migrations import Migrated
from bot.store.people import Ban, People
from bot.store.reports import Reports
from bot.store.settings import Flags, Places
from bot.store.store import BACKUP_DAYS, Store
from bot.store.styles import Styles, kept_by_person, kept_by_place
from bot.store.uploads import Uploads
from bot.store.usage import place_subject

__all__ = [
    "BACKUP_DAYS",
    "GRACE_SECONDS",
    "Ban",
    "Charge",
    "DataDirInUse",
    "DatabaseDamaged",
    "DatabaseTooNew",
    "Drafts",
    "Duplicate",
    "FileDamaged",
    "FileGone",
    "Files",
    "Flags",
    "JobUnreadable",
    "Jobs",
    "Migrated",
    "MigrationFailed",
    "NotAccepted",
    "OverQueue",
    "OverQuota",
    "OverWaiting",
    "People",
    "Places",
    "Reports",
    "SecretKeyMissing",
    "StorageFailed",
    "StorageFull",
    "Store",
    "StoreError",
    "Styles",
    "Uploads",
    "backup",
    "check",
    "kept_by_person",
    "kept_by_place",
    "migrate",
    "place_subject",
]
