"""File formats in and out: lists of workers, the branch's files and answers, bank statements."""
