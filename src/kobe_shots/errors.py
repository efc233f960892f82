"""What went wrong, said to the person at the keyboard."""


class KobeShotsError(Exception):
    """Something the user can mend; the message is the whole story.

    Every message says what was got, what is allowed and what to do, so that a face (command line, page, server) may
    print it as it is and leave the traceback out.
    """


def first_line(error: BaseException) -> str:
    """Return what an error says first, without its full stop."""
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
