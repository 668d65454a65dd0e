"""From rows to figures: shares and means with intervals, calibration, paired tests."""
