export function hello(): string;
export function echo(text: string): string;
export function page(): string;
export function cpu(): string;
