package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Program;

/**
 * The sums of a score's fit over an ensemble: every configuration with noise of every level, batch
 * by batch; saved as a checkpoint now and then, and gone on from there. The noise of a
 * configuration is a function of seed, pass, configuration and level alone, so that the sums are
 * the same, continued or not. Not thread-safe.
 */
final class LevelSums {
  /** Configurations times sites that the machine is given at a time. */
  private static final int BATCH_SITES = 1 << 14;

  /** How often the sums are saved. */
  private static final long CHECKPOINT_NANOS = 10_000_000_000L;

  /**
   * What is summed.
   *
   * @param program of a configuration (input 0) its features (output 0, {@code [F][size]}) and the
   *     target (output 1, {@code [size]})
   * @param parameters the program's, {@code [level][...]}
   * @param passes times that each configuration is used, with other noise
   * @param seed of the noise
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Task(Program program, float[][] parameters, int passes, long seed) {}

  private final Path directory;
  private final String fingerprint;
  private final int levels;
  private final int features;
  private final int batch;
  private final TrainingListener listener;
  private final NormalEquations equations;
  private final long started = System.nanoTime();
  private double before;
  private long step;

  /** Configurations of the ensemble; 0 before it is there. */
  private int count;

  /**
   * Empty sums, or those of the checkpoint in the directory if there is one.
   *
   * @param fingerprint of the plan that a checkpoint must be of
   * @param sites of the lattice
   */
  LevelSums(
      Path directory,
      String fingerprint,
      int levels,
      int features,
      int sites,
      TrainingListener listener)
      throws IOException {
    this.directory = directory;
    this.fingerprint = fingerprint;
    this.levels = levels;
    this.features = features;
    this.listener = listener;
    batch = Math.max(1, BATCH_SITES / sites);
    equations = new NormalEquations(levels, features);
    Files.createDirectories(directory);
    Checkpoint checkpoint = Checkpoint.read(directory, fingerprint, 0, equations.sums().length);
    if (checkpoint != null) {
      System.arraycopy(checkpoint.optimiser(), 0, equations.sums(), 0, equations.sums().length);
      step = checkpoint.step();
      before = checkpoint.seconds();
      listener.resumed(step, Double.NaN);
    }
  }

  /** The sums. */
  NormalEquations equations() {
    return equations;
  }

  /** Seconds of all sessions together, this one up to now. */
  double seconds() {
    return before + (System.nanoTime() - started) / 1e9;
  }

  /** Configurations so far, each as often as it was used; of the step, which checkpoints keep. */
  long used() {
    long perPass = Math.max(1, perPass());
    return step / perPass * count + Math.min(step % perPass * batch, count);
  }

  private long perPass() {
    return (count + batch - 1L) / batch;
  }

  /**
   * Adds what is missing.
   *
   * @param loss of the sums so far, for the listener
   * @param stop asked after each batch
   * @return whether all is added; if not, it was stopped
   */
  boolean add(
      TrainingSet set, Task task, Machine machine, DoubleSupplier loss, BooleanSupplier stop)
      throws IOException {
    count = set.count();
    long perPass = perPass();
    long steps = perPass * task.passes();
    try (Executable executable = machine.load(task.program())) {
      Lanes lanes = new Lanes(task.program(), batch);
      long saved = System.nanoTime();
      while (step < steps) {
        add(set, task, executable, lanes, (int) (step % perPass), step / perPass);
        step++;
        listener.step(step, steps, loss.getAsDouble(), 0);
        boolean stopping = stop.getAsBoolean();
        if (stopping || System.nanoTime() - saved > CHECKPOINT_NANOS) {
          save();
          saved = System.nanoTime();
        }
        if (stopping) {
          return false;
        }
      }
    }
    save();
    return true;
  }

  private void add(
      TrainingSet set, Task task, Executable executable, Lanes lanes, int part, long pass) {
    int size = set.fields().length / count;
    int first = part * batch;
    int some = Math.min(batch, count - first);
    System.arraycopy(set.fields(), first * size, lanes.input(0), 0, some * size);
    Arrays.fill(lanes.seeds(), task.seed());
    for (int level = 0; level < levels; level++) {
      for (int lane = 0; lane < some; lane++) {
        lanes.indices()[lane] = (pass * count + first + lane) * levels + level;
      }
      float[] parameters = task.parameters()[level];
      System.arraycopy(parameters, 0, lanes.parameters(), 0, parameters.length);
      executable.run(lanes);
      for (int lane = 0; lane < some; lane++) {
        equations.add(
            level, lanes.output(0), lane * features * size, lanes.output(1), lane * size, size);
      }
    }
  }

  private void save() throws IOException {
    double[] none = new double[0];
    new Checkpoint(step, none, equations.sums().clone(), 0, none, 0, 1, 0, seconds())
        .write(directory, fingerprint);
  }

  /** The middle of a level in (0, 1): dense at both ends, as befits polynomials. */
  static double place(int level, int levels) {
    return 0.5 - 0.5 * Math.cos(Math.PI * (level + 0.5) / levels);
  }

  /** What a level stands for of (0, 1). */
  static double share(int level, int levels) {
    return 0.5 * Math.sin(Math.PI * (level + 0.5) / levels) * Math.PI / levels;
  }
}
