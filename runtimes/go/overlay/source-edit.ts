/** A change of a file of the standard library. */
export interface SourceEdit {
  /** Path below GOROOT/src. */
  file: string;
  /** Text that occurs exactly once in the file. */
  before: string;
  after: string;
}
