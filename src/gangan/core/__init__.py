"""What every paper stands on: files, rows, random streams, training. It knows no paper and no dataset."""
