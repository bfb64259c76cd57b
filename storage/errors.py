"""What can go wrong with what is remembered."""


class StorageError(Exception):
    """Something is wrong with the database or the keyring; the text says what would do."""


class WrongKey(StorageError):
    """The master key is not the one the keyring was made with."""


class Erased(StorageError):
    """The words were erased: their key is gone."""


class NewerSchema(StorageError):
    """The database was written by a newer version of Liaison."""


class IndexLost(StorageError):
    """The key is gone with which what is kept was to be found."""


class Busy(StorageError):
    """Another process holds the database; trying again will help."""


class Unwritable(StorageError):
    """The database cannot be written: read-only, full, or not ours."""
