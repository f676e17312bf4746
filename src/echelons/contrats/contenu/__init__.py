"""What an instrument says besides its text: fiches-actions, money, targets, clauses.

``forme`` is that content as plain values, the only thing that pages, rules, documents and seals read; ``lecture`` makes
it from the working rows; ``totaux`` adds the money up; ``manques`` says what is missing; ``redaction`` and its
neighbours write.
"""
