/** Finds a project's language by the files in its folder. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Language } from "../../runtimes/language.ts";
import { alternatives, enumeration, type Languages } from "../../runtimes/languages.ts";
import type { Claim } from "../../runtimes/project.ts";
import { plinthError } from "../errors.ts";

interface ClaimOf extends Claim {
  readonly language: Language;
}

/**
 * @param path a folder, or an entry file
 * @throws PLINTH_BUILD_LANGUAGE if several languages fit, PLINTH_BUILD_NO_ENTRY if none does
 */
export function detectLanguage(path: string, languages: Languages): Language {
  if (!statSync(path).isDirectory()) return languageOfFile(path, languages);
  const names = readdirSync(path);
  const claims = claimsOn(path, names, languages);
  const certain = claims.filter(({ weak }) => !weak);
  if (certain.length > 1) throw severalLanguages(path, certain);
  const [found] = certain.length > 0 ? certain : claims.filter((claim) => !hasOtherSources(claim, names, languages));
  if (found !== undefined) return found.language;
  const tried = languages.all.map(({ project }) => project.tried).join(", ");
  const hints = languages.all.map(({ project }) => project.hint?.(path, names) ?? "").join("");
  throw noEntry(path, tried + hints, languages);
}

/** Whether a folder has a program of any language. */
export function isProgram(folder: string, languages: Languages): boolean {
  return claimsOn(folder, readdirSync(folder), languages).length > 0;
}

function claimsOn(folder: string, names: readonly string[], languages: Languages): ClaimOf[] {
  return languages.all.flatMap((language): ClaimOf[] => {
    const claim = language.project.claim(folder, names);
    return claim === undefined ? [] : [{ ...claim, language }];
  });
}

function severalLanguages(path: string, claims: readonly ClaimOf[]): Error {
  const inOrder = claims.toSorted((a, b) => (a.language.name < b.language.name ? -1 : 1));
  const files = enumeration(inOrder.map(({ by }) => by));
  const flags = alternatives(inOrder.map(({ language }) => `--language ${language.name}`));
  return plinthError("PLINTH_BUILD_LANGUAGE", [path, files, flags]);
}

function hasOtherSources({ language }: ClaimOf, names: readonly string[], { all }: Languages): boolean {
  return all.some((other) => other !== language && names.some((name) => other.project.isSource(name)));
}

function languageOfFile(file: string, languages: Languages): Language {
  const name = basename(file);
  const language = languages.all.find(({ project }) => project.isSource(name));
  if (language?.project.entryFile) return language;
  if (language === undefined) throw noEntry(file, "its extension", languages);
  const withFiles = languages.all.filter(({ project }) => project.entryFile);
  const files = withFiles.flatMap(({ title, dialects = [title] }) => dialects);
  const tried = `a file of ${alternatives(files)}; ${language.title} is built by the folder: ${dirname(file)}`;
  throw noEntry(file, tried, languages);
}

function noEntry(path: string, tried: string, languages: Languages): Error {
  const advice = languages.all.map(({ project }) => project.advice);
  return plinthError("PLINTH_BUILD_NO_ENTRY", [path, tried, sentence(advice)]);
}

/** Joins sentences to one, with semicolons. The message adds the full stop. */
function sentence([first = "", ...others]: readonly string[]): string {
  return [first, ...others.map((text) => text[0]!.toLowerCase() + text.slice(1))].join("; ");
}
