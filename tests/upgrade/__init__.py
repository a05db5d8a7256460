"""An installation made by earlier code goes on with today's."""
