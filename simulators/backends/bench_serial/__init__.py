"""Importing this makes pyserial find the handler of `bench://` URLs (its documented extension point)."""

import serial

if __name__ not in serial.protocol_handler_packages:
    serial.protocol_handler_packages.append(__name__)
