"""Apply the champion to the production base: the same as `kobe-shots apply`."""

from kobe_shots.console import main

if __name__ == "__main__":
    main(["apply"])
