"""What is particular to Japan, as pure functions: no models, no settings, no clock.

Dates in 和暦 and fiscal years (`wareki`), business days (`calendar`), folding of text for search (`folding`),
フリガナ (`kana`), check digits of 全国地方公共団体コード and 法人番号 (`codes`), 宅建免許 (`licence`).
"""
