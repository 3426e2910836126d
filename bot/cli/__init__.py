"""What each command of the command line does; `bot/__main__.py` names them and reads their options."""
