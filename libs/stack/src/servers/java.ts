/** Finding what the servers need from the machine: Java 17 or later, and Maven to fetch them. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findExecutable, isExecutable } from '../process/child.ts';

const oldestJava = 17;

/** A program that this machine must have is missing; the message says how to install it. */
export class MissingToolError extends Error {
  readonly code = 'MISSING_TOOL';
  /** The package of Debian and Ubuntu that brings it. */
  readonly debianPackage: string;

  constructor(tool: string, debianPackage: string) {
    super(`${tool} is missing; install it, on Debian or Ubuntu by: apt-get install openjdk-17-jre-headless maven`);
    this.name = 'MissingToolError';
    this.debianPackage = debianPackage;
  }
}

export type Java = {
  readonly file: string;
  /** What it tells of itself: the same text is the same Java. */
  readonly version: string;
};

const ask = async (file: string): Promise<Java> => {
  const { stderr } = await promisify(execFile)(file, ['-version']).catch(() => ({ stderr: '' }));
  return { file, version: stderr };
};

/** 17 of `openjdk version "17.0.15"`, 8 of `java version "1.8.0_392"`; 0 when it did not run. */
const majorVersionOf = ({ version }: Java): number => Number(/version "(?:1\.)?(\d+)/.exec(version)?.[1] ?? 0);

/** Where the packages of Debian, Ubuntu and Fedora put their Java machines. */
const usualFolder = '/usr/lib/jvm';

const candidates = async (folder: string): Promise<string[]> => {
  const home = process.env['JAVA_HOME'];
  const installed = await readdir(folder).catch(() => []);
  return [
    ...(home === undefined ? [] : [join(home, 'bin/java')]),
    findExecutable('java') ?? '',
    ...installed.map(name => join(folder, name, 'bin/java')),
  ].filter(isExecutable);
};

/**
 * The first Java that is recent enough: that of JAVA_HOME, that of the PATH, then what is installed.
 *
 * @param folder where Java machines are installed
 * @throws MissingToolError
 */
export const findJava = async (folder = usualFolder): Promise<Java> => {
  for (const file of await candidates(folder)) {
    const java = await ask(file);
    if (majorVersionOf(java) >= oldestJava) return java;
  }
  throw new MissingToolError(`Java ${oldestJava} or later`, `openjdk-${oldestJava}-jre-headless`);
};

/** @throws MissingToolError */
export const findMaven = (): string => {
  const maven = findExecutable('mvn');
  if (maven === undefined) throw new MissingToolError('Maven', 'maven');
  return maven;
};
