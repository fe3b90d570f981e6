/**
 * The kinds of frames between the main thread and a worker with slots. A frame's stream is the number of its step.
 *
 *   number   kind     to a worker                               to the main thread
 *   1        BEGIN    a request's head, the start of its body   an answer's head, the start of its body
 *   2        CHUNK    the next piece of the body                the next piece of the body
 *   3        POSTED   a message lies in the port                a message lies in the port
 *
 * BEGIN says how many bytes the whole body has, and the body ends with them. Numbers from 4 are free: bodies whose size is
 * not known when they begin will need END (4), CANCEL (5), and CREDIT (6), by which a reader says how much it takes.
 *
 * POSTED is for what is more than bytes or seldom: memory that is handed over (contexts), failures, programs. The message
 * is posted before the frame is published, so the reader finds it at once and in order.
 */
export const BEGIN = 1;
export const CHUNK = 2;
export const POSTED = 3;
