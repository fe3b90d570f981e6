"""Loads modules from memory: modules of the archive in the image, and modules of the program."""

import importlib.abc
import importlib.machinery
import marshal
import sys
import zlib

# Bytes before the code in a file of bytecode.
_PYC_HEADER = 16


class Files(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Compressed files by their names, with "/" between folders. A module is a file of source or of bytecode."""

    def __init__(self, place, files):
        # The beginning of the names of files in tracebacks; empty for the program.
        self._place = place
        self._files = files

    def _entry(self, module):
        path = module.replace(".", "/")
        for name, package in ((f"{path}/__init__", True), (path, False)):
            for ending in (".py", ".pyc"):
                if name + ending in self._files:
                    return name + ending, package
        return None, False

    def find_spec(self, fullname, path=None, target=None):
        name, package = self._entry(fullname)
        if name is None:
            return self._namespace(fullname)
        origin = self._place + name
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=origin, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations.append(origin.rpartition("/")[0])
        return spec

    def _namespace(self, fullname):
        """A folder without __init__.py is a package, too."""
        folder = fullname.replace(".", "/") + "/"
        if not any(name.startswith(folder) for name in self._files):
            return None
        spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations.append(self._place + folder[:-1])
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.get_code(module.__name__), module.__dict__)
        adjust(module)

    def is_package(self, fullname):
        return self._entry(fullname)[1]

    def get_code(self, fullname):
        name, _ = self._entry(fullname)
        if name is None:
            raise ImportError(f"there is no module {fullname}", name=fullname)
        data = self.read(name)
        if name.endswith(".pyc"):
            return marshal.loads(memoryview(data)[_PYC_HEADER:])
        return compile(data, self._place + name, "exec", dont_inherit=True)

    def get_source(self, fullname):
        name, _ = self._entry(fullname)
        if name is None or not name.endswith(".py"):
            return None
        return self.read(name).decode("utf-8")

    def get_filename(self, fullname):
        name, _ = self._entry(fullname)
        if name is None:
            raise ImportError(f"there is no module {fullname}", name=fullname)
        return self._place + name

    def get_data(self, path):
        if path.startswith(self._place) and path[len(self._place) :] in self._files:
            return self.read(path[len(self._place) :])
        raise FileNotFoundError(2, "No such file or directory", path)

    def read(self, name):
        return zlib.decompress(self._files[name], -15)


def adjust(module):
    """Makes functions for threads call their targets at once, because there are no threads."""
    if module.__name__ == "anyio.to_thread":
        module.run_sync = _run_here


async def _run_here(func, *args, **_options):
    return func(*args)


def install_program(files):
    """Puts the program's files before the archive's, but after the built-in modules and Plinth's own."""
    finder = Files("", files)
    sys.meta_path.insert(3, finder)
    return finder
