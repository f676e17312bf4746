"""The product's hasher, made cheap: a suite that signs in hundreds of times must not pay each time."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Rapide(Argon2PasswordHasher):
    """Argon2id still, with the least memory and time it accepts."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
