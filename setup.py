"""What pyproject.toml cannot say: three folders are installed under another name than they have here."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(
            include=["bench*", "drivers*", "procedures*", "simulators*", "gui*"],
            exclude=["simulators.backends.pyvisa_bench*", "simulators.backends.bench_serial*"],
        ),
        "pyvisa_bench",  # pyvisa looks a backend "@bench" up by this name
        "bench_serial",  # pyserial looks the handler of "bench://" up in a package of its own
        "bench.examples",  # the folder examples/, so that `bench demo` works from a wheel
    ],
    package_dir={
        "pyvisa_bench": "simulators/backends/pyvisa_bench",
        "bench_serial": "simulators/backends/bench_serial",
        "bench.examples": "examples",
    },
    package_data={
        "": ["*.toml", "*.json", "*.csv", "*.yaml", "*.lua"],  # tables beside the code that reads them
        "bench.cli": ["starter/*.toml", "starter/*/*.toml"],
        "bench.report": ["templates/*"],
        "bench.examples": ["*/*.toml", "*/*/*.toml", "*/*/*/*.toml"],
    },
)
