package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Once compiled, {@link VectorMachine} allocates next to nothing. A vector that the compiler puts
 * on the heap costs ten times the operation that made it, and there is one for each site: runs then
 * allocate megabytes.
 */
class AllocationTest {
  private static final Lattice LATTICE = Lattice.of(8, 8);
  private static final int SITES = LATTICE.sites();
  private static final int LANES = 64;

  /** Bytes a run may allocate: some for handing work on, none for each site. */
  private static final long BOUND = 2048;

  private static final int RUNS = 50;

  /** On a busy machine the compiler may take half a minute; it is over as soon as one is warm. */
  private static final int MOST_ROUNDS = 10_000;

  static Map<String, Consumer<ProgramBuilder>> programs() {
    Map<String, Consumer<ProgramBuilder>> programs = new LinkedHashMap<>();
    programs.put("normals", b -> b.output("out", b.normal(0, 1, SITES)));
    programs.put("dot", b -> b.output("out", b.dot(field(b, 1), b.input("b", 1, SITES))));
    programs.put("tanh", b -> b.output("out", b.tanh(field(b, 1))));
    for (int rows : new int[] {3, 6, 10}) {
      programs.put("sines in " + rows + " rows", b -> sines(b, rows));
    }
    programs.put("plane sines", AllocationTest::planeSines);
    for (int[] extents : new int[][] {{8, 8}, {18, 18}, {19}}) {
      Lattice lattice = Lattice.of(extents);
      programs.put("transform on " + lattice, b -> transform(b, lattice));
    }
    programs.put("sine and cosine", AllocationTest::sineAndCosine);
    programs.put("polynomial", b -> b.output("out", polynomial(b, field(b, 1))));
    for (int entries : new int[] {1, 2}) {
      programs.put(
          "difference of gathers of " + entries, b -> b.output("out", difference(b, entries)));
    }
    programs.put("product", b -> b.output("out", b.mul(field(b, 1), b.input("b", 1, SITES))));
    programs.put("kick and drift", AllocationTest::kickAndDrift);
    programs.put(
        "normals and sum",
        b -> b.output("out", b.linear(1, b.normal(0, 1, SITES), 1, field(b, 1))));
    programs.put("nine taps", b -> b.output("out", nineTaps(b, field(b, 1))));
    programs.put("strips", AllocationTest::strips);
    Stencil own = Stencil.of(LATTICE, new int[] {0, 0}, new int[] {0, 1}, new int[] {1, 0});
    programs.put("convolution", b -> convolution(b, own));
    programs.put("convolution by orbits", b -> convolution(b, Stencil.box(LATTICE, 1)));
    return programs;
  }

  private static Value field(ProgramBuilder b, int channels) {
    return b.input("a", channels, SITES);
  }

  private static void sines(ProgramBuilder b, int rows) {
    Parameter p = b.parameter("p", 2 + 3 * rows);
    Value a = field(b, 1);
    Value out = b.sines(a, 2, rows, true, p);
    b.output("out", out);
    Gradient gradient = b.pullback(Map.of(out, b.input("g", rows + 1, SITES)));
    b.output("by field", gradient.by(a));
    b.output("by parameter", gradient.by(p));
  }

  private static void planeSines(ProgramBuilder b) {
    Parameter p = b.parameter("p", 2 * 6);
    Value a = field(b, 5);
    Value out = b.planeSines(a, 2, p);
    b.output("out", out);
    Gradient gradient = b.pullback(Map.of(out, b.input("g", 2, SITES)));
    b.output("by field", gradient.by(a));
    b.output("by parameter", gradient.by(p));
  }

  private static void transform(ProgramBuilder b, Lattice lattice) {
    b.output("out", Fourier.hartley(b, b.input("a", 1, lattice.sites()), lattice));
  }

  private static void sineAndCosine(ProgramBuilder b) {
    Value a = field(b, 1);
    b.output("cos", b.cos(a));
    b.output("sin", b.sin(a));
  }

  private static Value polynomial(ProgramBuilder b, Value a) {
    Parameter p = b.parameter("p", 3);
    int[] slot = new int[SITES];
    return b.plus(b.mul(b.plus(b.times(a, p, slot), p, slot), a), p, slot);
  }

  private static Value difference(ProgramBuilder b, int entries) {
    int[] next = new int[entries * SITES];
    Arrays.setAll(next, k -> (k / entries + k % entries) % SITES);
    int[] last = new int[entries * SITES];
    Arrays.setAll(last, k -> (k / entries + 7 * (k % entries)) % SITES);
    Value a = field(b, 1);
    return b.sub(b.gather(a, 1, SITES, entries, next), b.gather(a, 1, SITES, entries, last));
  }

  private static void kickAndDrift(ProgramBuilder b) {
    Value v = b.linear(1, field(b, 1), 0.1, b.input("f", 1, SITES));
    b.output("v", v);
    b.output("a", b.linear(1, b.input("x", 1, SITES), 0.1, v));
  }

  private static Value nineTaps(ProgramBuilder b, Value a) {
    Stencil box = Stencil.box(LATTICE, 1);
    return b.convolve(a, box, 1, b.parameter("w", 3), b.parameter("bias", 1));
  }

  /** The loops of groups above, and normals, in one program. */
  private static void strips(ProgramBuilder b) {
    Value angle = difference(b, 2);
    Value c = b.cos(angle);
    Value s = b.sin(angle);
    Value force = b.mul(polynomial(b, c), nineTaps(b, s));
    Value v = b.linear(1, b.normal(0, 1, SITES), 0.1, force);
    b.output("v", v);
    b.output("a", b.linear(1, b.input("x", 1, SITES), 0.1, v));
  }

  private static void convolution(ProgramBuilder b, Stencil stencil) {
    Parameter w = b.parameter("w", 2 * 15 * stencil.orbits());
    Value a = field(b, 2);
    Value out = b.convolve(a, stencil, 15, w, b.parameter("c", 15));
    b.output("out", out);
    Gradient gradient = b.pullback(Map.of(out, b.input("g", 15, SITES)));
    b.output("by field", gradient.by(a));
    b.output("by weight", gradient.by(w));
  }

  static Iterable<String> names() {
    return programs().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aWarmRunAllocatesNextToNothing(String name) {
    ProgramBuilder b = new ProgramBuilder();
    programs().get(name).accept(b);
    Program program = b.build();
    Lanes lanes = new OpCase(name, program, -1, 1, 0, 0).lanes(LANES);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Machine machine = new VectorMachine(1);
        Executable executable = machine.load(program)) {
      long least = Long.MAX_VALUE;
      for (int round = 0; round < MOST_ROUNDS && least > BOUND; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int run = 0; run < RUNS; run++) {
          executable.run(lanes);
        }
        least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / RUNS);
      }
      assertThat(least).as("bytes allocated in a run").isLessThanOrEqualTo(BOUND);
    }
  }
}
