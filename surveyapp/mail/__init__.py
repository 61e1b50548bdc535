"""Mails: composed from plain values, delivered to wherever the settings say."""
