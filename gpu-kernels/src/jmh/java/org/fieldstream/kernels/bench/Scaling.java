package org.fieldstream.kernels.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * How a convolution's rate grows with the threads of the machine: {@code [LAYERS [TURNS
 * [THREADS]]]}. One thread and all of them take turns in one process, and each turn's ratio counts,
 * so that a host whose speed drifts from minute to minute moves both alike. Multiply-adds in
 * registers take their turns beside them: a second core that is lent elsewhere, or is the other
 * half of the first, is missing there, too.
 */
public final class Scaling {
  private static final int WARM_UP = 15;

  /** Of a turn of one machine: far above the clock's grain, far below the host's drift. */
  private static final double SECONDS = 0.1;

  private Scaling() {}

  /** Measures and prints. */
  public static void main(String[] arguments) {
    int layers = number(arguments, 0, 1);
    int turns = number(arguments, 1, 31);
    int threads = number(arguments, 2, Runtime.getRuntime().availableProcessors());
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Work one = ConvolutionBenchmark.work("3x3-16-16-32", layers, 1);
        Work all = ConvolutionBenchmark.work("3x3-16-16-32", layers, threads);
        MultiplyAdds oneCore = new MultiplyAdds(1);
        MultiplyAdds allCores = new MultiplyAdds(threads)) {
      double[] single = new double[turns];
      double[] many = new double[turns];
      double[] ratio = new double[turns];
      double[] plain = new double[turns];
      double[] share = new double[turns];
      for (int turn = -WARM_UP; turn < turns; turn++) {
        // Who comes second finds the core as the other left it: they take turns in that, too.
        boolean forth = turn % 2 == 0;
        double first = forth ? rate(one) : rate(all);
        double firstPlain = forth ? oneCore.rate(SECONDS) : allCores.rate(SECONDS);
        double second = forth ? rate(all) : rate(one);
        double secondPlain = forth ? allCores.rate(SECONDS) : oneCore.rate(SECONDS);
        if (turn >= 0) {
          single[turn] = forth ? first : second;
          many[turn] = forth ? second : first;
          ratio[turn] = many[turn] / single[turn];
          plain[turn] = forth ? secondPlain / firstPlain : firstPlain / secondPlain;
          share[turn] = ratio[turn] / plain[turn];
        }
      }
      out.printf(
          "3x3 convolution, 16 to 16 channels, 32 x 32, batch 64, %d layers, with copies;"
              + " %d turns, median (quartiles)%n",
          layers, turns);
      print(out, "1 thread, GFLOP/s", single);
      print(out, threads + " threads, GFLOP/s", many);
      print(out, "ratio, turn by turn", ratio);
      print(out, "that of multiply-adds", plain);
      print(out, "ratio over that", share);
    }
  }

  private static double rate(Work work) {
    Rates rates = new Rates();
    long start = System.nanoTime();
    double seconds;
    do {
      work.run(rates);
      seconds = 1e-9 * (System.nanoTime() - start);
    } while (seconds < SECONDS);
    return rates.gflop / seconds;
  }

  private static void print(PrintStream out, String what, double[] values) {
    Arrays.sort(values);
    int n = values.length;
    out.printf(
        Locale.ROOT,
        "%-24s %8.2f (%.2f, %.2f)%n",
        what,
        values[n / 2],
        values[n / 4],
        values[3 * n / 4]);
  }

  private static int number(String[] arguments, int position, int otherwise) {
    int value = arguments.length > position ? Integer.parseInt(arguments[position]) : otherwise;
    if (value < 1) {
      throw new IllegalArgumentException(
          "argument " + position + ": " + value + " (expected: >= 1)");
    }
    return value;
  }
}
