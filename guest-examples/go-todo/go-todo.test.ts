import { todo } from "../suites/todo.ts";

todo(import.meta.dirname, 'needs a "text"');
