package org.fieldstream.client.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Progress where no terminal is: a line every few seconds, for logs and pipes. */
final class PlainProgress implements Progress {
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  private final String task;
  private final long total;
  private final String unit;
  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private long last;
  private boolean finished;

  /**
   * @param task what is being done
   * @param total how much there is to do, 0 where there is no end
   * @param unit what is counted
   */
  PlainProgress(String task, long total, String unit, PrintWriter out, LongSupplier nanoTime) {
    this.task = task;
    this.total = total;
    this.unit = unit;
    this.out = out;
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  @Override
  public void update(long done, Supplier<String> figures) {
    long now = nanoTime.getAsLong();
    boolean complete = total > 0 && done >= total;
    if (finished || (now - last < INTERVAL_NANOS && !complete)) {
      return;
    }
    finished = complete;
    last = now;
    String of = total > 0 ? String.format(Locale.ROOT, "/%d", total) : "";
    out.printf("%s: %d%s %s, %s%n", task, done, of, unit, figures.get());
    out.flush();
  }

  @Override
  public void line(String text) {
    out.println(text);
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
