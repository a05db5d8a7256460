"""Registers the exchange app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "sojourn.exchange"
    label = "exchange"
