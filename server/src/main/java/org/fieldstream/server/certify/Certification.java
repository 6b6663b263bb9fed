package org.fieldstream.server.certify;

import org.fieldstream.server.generator.chain.ExactKernel;
import org.fieldstream.server.theory.Dynamics;
import org.jspecify.annotations.Nullable;

/**
 * Certifies configurations, in slices of bounded work. Every configuration is measured as it comes;
 * then the kernel moves it, and it is measured again after one step and over a window of steps,
 * {@code (T/2, T]}, that lies {@value #TIMES} autocorrelation times of the kernel away, where it
 * has forgotten its start. Configurations of exp(-S) are moved to configurations of exp(-S), so no
 * mean may change; one that is biased relaxes towards the truth.
 *
 * <p>A function of source, kernel and seed, not of the slices. Not thread-safe: called on the
 * device's one worker thread only.
 */
public final class Certification implements AutoCloseable {
  /** Steps of the kernel, in units of its tau_int. */
  static final int TIMES = 10;

  private static final int FEWEST_STEPS = 16;
  private static final int MOST_STEPS = 512;

  /** Measurements within the window, about. */
  private static final int MOST_LOOKS = 8;

  private static final long SLICE_NANOS = 50_000_000;

  private final ConfigurationSource source;
  private final int size;
  private final Probes probes;
  private final ExactKernel kernel;
  private final Rows rows;
  private final double[] numbers;
  private final double[] observed;
  private int steps;
  private int step;
  private ConfigurationSource.@Nullable Part part;
  private int firstRow;
  private int looks;
  private double[][] before = {};
  private double[][] window = {};

  /**
   * A certification.
   *
   * @param source what to certify; closed with this
   * @param theory that it should follow, one that has {@link Probes}
   * @param kernel keeps that theory's exp(-S); closed with this
   */
  public Certification(ConfigurationSource source, Dynamics theory, ExactKernel kernel) {
    this.source = source;
    this.size = theory.components() * theory.sites();
    this.kernel = kernel;
    probes = Probes.of(theory);
    rows = new Rows(probes);
    numbers = new double[probes.numbers()];
    observed = new double[probes.observables().size() + probes.operators().size()];
  }

  /**
   * Does a slice of the work.
   *
   * @return whether all is done
   */
  public boolean work() {
    // Time decides only how much a slice holds, not what is found.
    long start = System.nanoTime();
    boolean done = false;
    while (!done && System.nanoTime() - start < SLICE_NANOS) {
      done = piece();
    }
    return done;
  }

  private boolean piece() {
    if (steps == 0) {
      if (kernel.prepare()) {
        double wanted = Math.ceil(TIMES * kernel.tauInt());
        steps = (int) Math.max(FEWEST_STEPS, Math.min(MOST_STEPS, wanted));
      }
      return false;
    }
    ConfigurationSource.Part running = part;
    if (running != null) {
      advance(running);
      return false;
    }
    if (source.isOver()) {
      return true;
    }
    ConfigurationSource.Part next = source.next(kernel.lanes());
    if (next.count() > 0) {
      begin(next);
    }
    return false;
  }

  private void begin(ConfigurationSource.Part next) {
    part = next;
    firstRow = rows.add(next);
    step = 0;
    looks = 0;
    kernel.load(next.fields(), next.count());
    double[] action = kernel.action();
    before = new double[next.count()][];
    window = new double[next.count()][observed.length];
    for (int c = 0; c < next.count(); c++) {
      probes.measure(next.fields(), c * size, numbers);
      probes.observe(next.fields(), c * size, action[c], observed);
      before[c] = observed.clone();
      rows.measured(firstRow + c, numbers, observed);
    }
  }

  private void advance(ConfigurationSource.Part running) {
    kernel.advance();
    step++;
    int every = Math.max(1, steps / 2 / MOST_LOOKS);
    boolean look = step > steps / 2 && (steps - step) % every == 0;
    if (step > 1 && !look) {
      return;
    }
    looks += look ? 1 : 0;
    double[] action = kernel.action();
    for (int c = 0; c < running.count(); c++) {
      probes.observe(kernel.fields(), c * size, action[c], observed);
      if (step == 1) {
        rows.stepped(firstRow + c, before[c], observed);
      }
      for (int o = 0; look && o < observed.length; o++) {
        window[c][o] += observed[o];
      }
      if (step == steps) {
        for (int o = 0; o < observed.length; o++) {
          window[c][o] /= looks;
        }
        rows.moved(firstRow + c, before[c], window[c]);
      }
    }
    if (step == steps) {
      part = null;
    }
  }

  /** Configurations done with. */
  public int done() {
    return part == null ? rows.size() : firstRow;
  }

  /** Configurations there will be. */
  public int planned() {
    return source.planned();
  }

  /** The steps that configurations are moved by; 0 before that is known. */
  public int steps() {
    return steps;
  }

  /** The kernel, for a person. */
  public String kernel() {
    return kernel.describe();
  }

  /** What was found; to be asked for when all is done. */
  public Decision decision() {
    return Decision.of(rows, probes);
  }

  @Override
  public void close() {
    try (source) {
      kernel.close();
    }
  }
}
