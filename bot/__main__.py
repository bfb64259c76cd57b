"""The door: what is typed on the command line ends up here."""

from bot.commandline.app import main

if __name__ == "__main__":
    main()
