"""What went wrong, said to the person at the keyboard."""


class KobeShotsError(Exception):
    """Something the user can mend; the message is the whole story.

    Every message says what was got, what is allowed and what to do, so that a face (command line, page, server) may
    print it as it is and leave the traceback out.
    """
