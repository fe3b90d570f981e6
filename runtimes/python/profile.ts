/** What of the wheel an image has, and what it has imported. */

export interface Profile {
  /** Modules that are imported in the image, so that no tenant has to load them. */
  readonly imports: readonly string[];
  /** Packages and modules of the wheel that the image does not have. */
  readonly leftOut: readonly string[];
}

/** For the web: the standard library, and small packages that web programs use. */
export const webProfile: Profile = {
  imports: words(`
    argparse array asyncio base64 bisect calendar collections.abc concurrent.futures configparser contextlib contextvars
    copy csv dataclasses datetime decimal difflib email.message email.mime.multipart email.mime.text email.parser
    email.policy email.utils encodings.ascii encodings.idna encodings.latin_1 encodings.utf_8_sig enum fnmatch fractions
    functools gzip hashlib heapq hmac html html.parser http http.client http.cookies importlib.metadata
    importlib.resources inspect io ipaddress itertools jinja2 json logging logging.config markupsafe math mimetypes
    numbers operator os.path pathlib pprint queue random re secrets shutil socket statistics string stringprep struct
    tempfile textwrap threading time tokenize traceback types typing typing_extensions unicodedata urllib.error
    urllib.parse urllib.request uuid warnings weakref xml.etree.ElementTree xml.sax.saxutils zlib zoneinfo`),
  // Named by what goes and not by what stays: a module that a later standard library has is there.
  leftOut: words(`
    PIL __hello__ __phello__ _pyrepl cloudpickle contourpy cycler doctest ensurepip et_xmlfile fontTools fonttools
    formulaic host idlelib interface_meta isympy joblib kiwisolver matplotlib mpl_toolkits mpmath multiprocessing
    narwhals networkx numpy openpyxl pandas patsy pdb pillow profiling pydoc_data pylab pyparsing pypdf reportlab
    reportlab_mods reportlab_settings scikit_learn scipy seaborn sklearn statsmodels sympy threadpoolctl tlz toolz
    turtle turtledemo xlrd xlsxwriter`),
};

/** Packages of the image that have machine code elsewhere: a program takes those of the image. */
export const nativeInImage: ReadonlySet<string> = new Set(words("charset_normalizer lxml markupsafe regex wrapt yaml"));

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
