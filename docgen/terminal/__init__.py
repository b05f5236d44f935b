"""Output for terminals: text with styles, made safe, wrapped between words, and coloured if colours are wanted.

Reports build `Styled` lines. Only `screen_text` turns them into characters, so no text of a model can control a
terminal, and a pipe gets the same words without colours.
"""
