package org.fieldstream.client.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** Progress on a terminal: one line that is drawn again and again. */
final class TerminalProgress implements Progress {
  private static final long FIGURES_NANOS = 500_000_000L;
  private static final int BAR = 16;

  private final long total;
  private final PrintStream out;
  private final ProgressBar bar;
  private long figuresAt;

  /**
   * @param task what is being done
   * @param total how much there is to do, 0 where there is no end
   */
  TerminalProgress(String task, long total, PrintStream out) {
    this.total = total;
    this.out = out;
    this.figuresAt = System.nanoTime() - FIGURES_NANOS;
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total == 0 ? -1 : total)
            .setUpdateIntervalMillis(250)
            .setRenderer(TerminalProgress::render)
            .setConsumer(new ConsoleProgressBarConsumer(out))
            .build();
  }

  /** Figures matter more than the bar: it gives way on a narrow terminal. */
  static String render(ProgressState state, int width) {
    StringBuilder line = new StringBuilder(state.getTaskName()).append(' ');
    String figures = state.getExtraMessage();
    if (!state.isIndefinite()) {
      int bar = Math.min(BAR, width - line.length() - figures.length() - 8);
      if (bar >= 4) {
        int full = (int) Math.round(bar * state.getNormalizedProgress());
        line.append('[').append("=".repeat(full)).append(" ".repeat(bar - full)).append("] ");
      }
      line.append(
          String.format(Locale.ROOT, "%3.0f%% ", Math.floor(100 * state.getNormalizedProgress())));
    }
    line.append(figures);
    return line.length() > width ? line.substring(0, width) : line.toString();
  }

  @Override
  public void update(long done, Supplier<String> figures) {
    bar.stepTo(done);
    long now = System.nanoTime();
    if (now - figuresAt >= FIGURES_NANOS || done == total) {
      figuresAt = now;
      bar.setExtraMessage(figures.get());
    }
  }

  @Override
  public void line(String text) {
    // Over the bar's line, which is drawn again below it.
    out.print("\r\u001b[K" + text + System.lineSeparator());
    out.flush();
  }

  @Override
  public void close() {
    bar.close();
  }
}
