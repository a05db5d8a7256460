"""Lists of the catalogue as Excel files, changed there and taken in again."""
