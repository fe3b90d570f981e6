"""Makes the image: runs once, in a CPython that has its standard library as a file, when the package is built."""

import gc
import sys
import zipfile

ARCHIVE = "/usr/local/lib/python315.zip"


def archive(left_out):
    """The files of the standard library and the packages beside it, compressed as they are in the zip file."""
    found = {}
    with zipfile.ZipFile(ARCHIVE) as zip, open(ARCHIVE, "rb") as raw:
        for entry in zip.infolist():
            top = entry.filename.partition("/")[0].partition("-")[0].removesuffix(".pyc")
            if entry.is_dir() or top in left_out or not entry.file_size:
                continue
            # A local header of 30 bytes ends in the lengths of a name and of an extra field, which follow.
            raw.seek(entry.header_offset)
            header = raw.read(30)
            behind = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
            raw.seek(entry.header_offset + 30 + behind)
            data = raw.read(entry.compress_size)
            found[entry.filename] = data if entry.compress_type == zipfile.ZIP_DEFLATED else deflated(data)
    return found


def deflated(data):
    import zlib

    compressor = zlib.compressobj(9, wbits=-15)
    return compressor.compress(data) + compressor.flush()


def prepare(sources, left_out, imported):
    """Puts Plinth's modules and the archive in place, and imports what handlers use."""
    import importlib

    own = {name: deflated(text.encode()) for name, text in sources.items()}
    bootstrap = {}
    exec(compile(sources["_plinth/files.py"], "<plinth>/_plinth/files.py", "exec"), bootstrap)
    Files = bootstrap["Files"]
    sys.meta_path.insert(0, Files("<plinth>/", own))
    from _plinth import files

    kept = archive(left_out)
    for name in imported:
        importlib.import_module(name)
    sys.meta_path[:] = [*sys.meta_path[1:3], files.Files("<plinth>/", own), files.Files(ARCHIVE + "/", kept)]
    sys.path[:] = []
    sys.path_hooks[:] = []
    sys.path_importer_cache.clear()
    from _plinth import fresh, limits, step

    limits.set_up()
    fresh.watch()
    sys.stdout.reconfigure(line_buffering=True)
    sys.stderr.reconfigure(line_buffering=True)
    gc.collect()
    gc.freeze()
    return step
