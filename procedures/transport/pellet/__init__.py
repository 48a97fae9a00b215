"""Conductivity of pressed pellets: plan, measure, analyse, draw."""
