"""What pyproject.toml cannot say: two folders are installed under another name than they have here."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(
            include=["bench*", "drivers*", "procedures*", "simulators*", "gui*"],
            exclude=["simulators.backends.pyvisa_bench*"],
        ),
        "pyvisa_bench",  # pyvisa looks a backend "@bench" up by this name
        "bench.examples",  # the folder examples/, so that `bench demo` works from a wheel
    ],
    package_dir={"pyvisa_bench": "simulators/backends/pyvisa_bench", "bench.examples": "examples"},
    package_data={
        "": ["*.toml", "*.json", "*.csv", "*.yaml"],  # tables beside the code that reads them
        "bench.cli": ["starter/*.toml", "starter/*/*.toml"],
        "bench.report": ["templates/*"],
        "bench.examples": ["*/*.toml", "*/*/*.toml"],
    },
)
