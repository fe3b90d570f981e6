/** The parts of the wheel that an image has and has imported. Each profile is a runtime of its own. */

export interface Profile {
  /** Name of the runtime package. */
  readonly runtime: string;
  /** Modules that are imported in the image, so that no tenant has to load them. */
  readonly imports: readonly string[];
  /** Packages and modules of the wheel that the image does not have. */
  readonly leftOut: readonly string[];
  /** Packages of the image that have machine code elsewhere. A program gets the image's form of them. */
  readonly native: ReadonlySet<string>;
}

/** The profile for the web: the standard library, and small packages that web programs use. */
export const webProfile: Profile = {
  runtime: "plinth:python",
  imports: words(`
    argparse array asyncio base64 bisect calendar collections.abc concurrent.futures configparser contextlib contextvars
    copy csv dataclasses datetime decimal difflib email.message email.mime.multipart email.mime.text email.parser
    email.policy email.utils encodings.ascii encodings.idna encodings.latin_1 encodings.utf_8_sig enum fnmatch fractions
    functools gzip hashlib heapq hmac html html.parser http http.client http.cookies importlib.metadata
    importlib.resources inspect io ipaddress itertools jinja2 json logging logging.config markupsafe math mimetypes
    numbers operator os.path pathlib pprint queue random re secrets shutil socket statistics string stringprep struct
    tempfile textwrap threading time tokenize traceback types typing typing_extensions unicodedata urllib.error
    urllib.parse urllib.request uuid warnings weakref xml.etree.ElementTree xml.sax.saxutils zlib zoneinfo`),
  // The list has the modules that are left out, so that the image has the new modules of a later standard library.
  leftOut: words(`
    PIL __hello__ __phello__ _pyrepl cloudpickle contourpy cycler doctest ensurepip et_xmlfile fontTools fonttools
    formulaic host idlelib interface_meta isympy joblib kiwisolver matplotlib mpl_toolkits mpmath multiprocessing
    narwhals networkx numpy openpyxl pandas patsy pdb pillow profiling pydoc_data pylab pyparsing pypdf reportlab
    reportlab_mods reportlab_settings scikit_learn scipy seaborn sklearn statsmodels sympy threadpoolctl tlz toolz
    turtle turtledemo xlrd xlsxwriter`),
  native: new Set(words("charset_normalizer lxml markupsafe regex wrapt yaml")),
};

/** The profile for data: the same with numpy and pandas. */
export const dataProfile: Profile = {
  runtime: "plinth:python-data",
  imports: [...webProfile.imports, "numpy", "numpy.random", "pandas"],
  leftOut: webProfile.leftOut.filter((name) => !["numpy", "pandas"].includes(name)),
  native: new Set([...webProfile.native, "numpy", "pandas"]),
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
