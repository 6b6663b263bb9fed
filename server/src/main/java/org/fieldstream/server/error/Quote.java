package org.fieldstream.server.error;

/** Texts from outside, fit to be told back. */
public final class Quote {
  private static final int LONGEST = 64;

  private Quote() {}

  /** The text in quotes, cut to a readable length and free of control characters. */
  public static String of(String text) {
    String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
