"""Moving a club in and out (R51, R52): the numbers, as pure values. The format is in `columns`, a cell in `cells`."""

from datetime import date, timedelta

FILE_BYTES = 10 * 1024 * 1024
UNPACKED_BYTES = 40 * 1024 * 1024
PACKED_AT_MOST = 200  # so many times smaller than its content: more is a bomb
ENTRIES_MOST = 200  # files within a workbook or archive
ROWS_MOST, COLUMNS_MOST, SHEETS_MOST = 20_000, 40, 12
EXPORT_KEPT = timedelta(days=7)  # product.md §5, Data
WORDS_KEPT = timedelta(days=30)  # rows, file and the way back; after that only counts stay
EARLIEST = date(1990, 1, 1)
TERM_YEARS_MOST = 10
AHEAD_MOST = timedelta(days=366)  # a term that begins later is a typing mistake
USUAL_HOUR = 14  # of an occasion whose row names a day alone, community time
USUAL_LENGTH = timedelta(hours=3)

NEW, CHANGED, UNCHANGED, ERROR = "new", "changed", "unchanged", "error"
RESULTS = (NEW, CHANGED, UNCHANGED, ERROR)
