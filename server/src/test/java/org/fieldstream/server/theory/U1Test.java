package org.fieldstream.server.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Action, force, observables and sectors of U(1) against loops over links, and gauge invariance.
 */
class U1Test {
  private static final double BETA = 2.3;

  static Stream<Lattice> lattices() {
    return Stream.of(
        Lattice.of(4, 6), Lattice.of(5, 5), Lattice.of(2, 2), Lattice.of(3, 2), Lattice.of(8, 7));
  }

  /** A straight piece of a path: links from a site along an axis, with a sign. */
  private static double line(Lattice l, float[] f, int offset, int[] at, int mu, int n, int sign) {
    double sum = 0;
    int[] x = at.clone();
    for (int k = 0; k < n; k++) {
      sum += sign * (double) f[offset + mu * l.sites() + l.shifted(0, x)];
      x[mu]++;
    }
    return sum;
  }

  /** The angle of a loop of r links along axis 0 and t along axis 1. */
  private static double loop(Lattice l, float[] f, int offset, int i, int j, int r, int t) {
    return line(l, f, offset, new int[] {i, j}, 0, r, 1)
        + line(l, f, offset, new int[] {i + r, j}, 1, t, 1)
        + line(l, f, offset, new int[] {i, j + t}, 0, r, -1)
        + line(l, f, offset, new int[] {i, j}, 1, t, -1);
  }

  private static double meanLoop(Lattice l, float[] f, int offset, int r, int t) {
    double sum = 0;
    for (int i = 0; i < l.extent(0); i++) {
      for (int j = 0; j < l.extent(1); j++) {
        sum += Math.cos(loop(l, f, offset, i, j, r, t));
      }
    }
    return sum / l.sites();
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void theActionIsTheSumOverPlaquettes(Lattice lattice) {
    U1 u1 = new U1(lattice, BETA);
    float[] field = hot(lattice, 3);
    double sum = -BETA * lattice.sites() * meanLoop(lattice, field, 0, 1, 1);
    assertThat(u1.action(field, 0)).isCloseTo(sum, within(1e-12 * lattice.sites()));
    assertThat(u1.action(doubles(field), 0)).isEqualTo(u1.action(field, 0));
    assertThat(programAction(u1, doubles(field))).isCloseTo(sum, within(1e-6 * lattice.sites()));
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void aPictureShowsPlaquetteAngles(Lattice lattice) {
    U1 u1 = new U1(lattice, BETA);
    float[] field = hot(lattice, 4);
    for (int i = 0; i < lattice.extent(0); i++) {
      for (int j = 0; j < lattice.extent(1); j++) {
        double angle = loop(lattice, field, 0, i, j, 1, 1);
        assertThat(u1.pictured(field, 0, i * lattice.extent(1) + j))
            .isCloseTo(Math.atan2(Math.sin(angle), Math.cos(angle)), within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void theForceIsTheSlopeOfTheAction(Lattice lattice) {
    U1 u1 = new U1(lattice, BETA);
    double[] field = doubles(hot(lattice, 7));
    ProgramBuilder b = new ProgramBuilder();
    Value theta = b.input("theta", 2, lattice.sites());
    b.output("adjoint", b.gradient(Map.of(u1.action(b, theta), 1.0)).by(theta));
    Value still = b.fill(0, 2, lattice.sites());
    List<Value> moved = u1.kickAndDrift(b, still, b.scalar(1), theta, b.scalar(0.25));
    b.output("kick", moved.get(0));
    b.output("drift", moved.get(1));
    double[][] forces = run(b.build(), field);
    double h = 1e-4;
    for (int x = 0; x < field.length; x++) {
      double[] up = field.clone();
      double[] down = field.clone();
      up[x] += h;
      down[x] -= h;
      double slope = (programAction(u1, up) - programAction(u1, down)) / (2 * h);
      assertThat(forces[0][x]).as("adjoint at %d", x).isCloseTo(slope, within(1e-7));
      assertThat(forces[1][x]).as("kick at %d", x).isCloseTo(forces[0][x], within(1e-12));
      assertThat(forces[2][x]).isCloseTo(field[x] + forces[1][x] / 4, within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void everyObservableIsItsDefinition(Lattice lattice) {
    U1 u1 = new U1(lattice, BETA);
    int size = 2 * lattice.sites();
    int offset = 5;
    float[] fields = new float[offset + size];
    System.arraycopy(hot(lattice, 11), 0, fields, offset, size);
    double[] values = new double[u1.observables().size()];
    // Twice: what the first measurement leaves behind must not matter.
    u1.observe(hot(lattice, 12), 0, 1, values);
    u1.observe(fields, offset, 12.5, values);
    List<String> names = new ArrayList<>(u1.observables());
    assertThat(names).doesNotHaveDuplicates();
    assertThat(values[names.indexOf("plaquette")])
        .isCloseTo(meanLoop(lattice, fields, offset, 1, 1), within(1e-13));
    int largest = Math.min(4, Math.min(lattice.extent(0), lattice.extent(1)) - 1);
    int loops = 0;
    for (int r = 1; r <= largest; r++) {
      for (int t = Math.max(2, r); t <= largest; t++) {
        double both =
            (meanLoop(lattice, fields, offset, r, t) + meanLoop(lattice, fields, offset, t, r)) / 2;
        assertThat(values[names.indexOf("wilson_" + r + "x" + t)]).isCloseTo(both, within(1e-12));
        loops++;
      }
    }
    assertThat(names).hasSize(7 + loops);
    double re = 0;
    double im = 0;
    for (int j = 0; j < lattice.extent(1); j++) {
      double angle = line(lattice, fields, offset, new int[] {0, j}, 0, lattice.extent(0), 1);
      re += Math.cos(angle) / lattice.extent(1);
      im += Math.sin(angle) / lattice.extent(1);
    }
    assertThat(values[names.indexOf("polyakov_re")]).isCloseTo(re, within(1e-13));
    assertThat(values[names.indexOf("polyakov_im")]).isCloseTo(im, within(1e-13));
    assertThat(values[names.indexOf("polyakov_abs2")]).isCloseTo(re * re + im * im, within(1e-13));
    double charge = 0;
    for (int i = 0; i < lattice.extent(0); i++) {
      for (int j = 0; j < lattice.extent(1); j++) {
        double angle = loop(lattice, fields, offset, i, j, 1, 1);
        charge += Math.atan2(Math.sin(angle), Math.cos(angle)) / (2 * Math.PI);
      }
    }
    double q = values[names.indexOf("charge")];
    assertThat(q).isEqualTo(Math.rint(q)).isCloseTo(charge, within(1e-10));
    assertThat(values[names.indexOf("chi_q")]).isEqualTo(q * q / lattice.sites());
    assertThat(values[names.indexOf("action_per_site")]).isEqualTo(12.5 / lattice.sites());
  }

  /** theta_mu(x) += a(x) - a(x + mu) changes links by radians, and no observable. */
  @ParameterizedTest
  @MethodSource("lattices")
  void gaugeTransformationsChangeNothing(Lattice lattice) {
    U1 u1 = new U1(lattice, BETA);
    float[] field = hot(lattice, 21);
    float[] other = field.clone();
    double[] gauge = new Random(22).doubles(lattice.sites(), -10, 10).toArray();
    for (int x = 0; x < lattice.sites(); x++) {
      int down = lattice.shifted(x, 1, 0);
      int right = lattice.shifted(x, 0, 1);
      other[x] += (float) (gauge[x] - gauge[down]);
      other[lattice.sites() + x] += (float) (gauge[x] - gauge[right]);
    }
    assertThat(u1.action(other, 0)).isCloseTo(u1.action(field, 0), within(1e-4));
    assertThat(programAction(u1, doubles(other)))
        .isCloseTo(programAction(u1, doubles(field)), within(1e-4));
    // The links are floats of up to 20: each is off by 1e-6.
    assertThat(observed(u1, other)).containsExactly(observed(u1, field), within(1e-5));
    u1.normalise(other, 0);
    for (float link : other) {
      assertThat((double) link).isBetween(-Math.PI, Math.PI);
    }
    assertThat(observed(u1, other)).containsExactly(observed(u1, field), within(1e-5));
    float[] again = other.clone();
    u1.normalise(again, 0);
    assertThat(again).isEqualTo(other);
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void theInstantonIsSmoothAndHasChargeOne(Lattice lattice) {
    U1 u1 = new U1(lattice, BETA);
    float[] instanton = u1.instanton();
    double angle = 2 * Math.PI / lattice.sites();
    if (lattice.sites() > 4) {
      assertThat(observed(u1, instanton)[u1.observables().indexOf("charge")]).isEqualTo(1);
    }
    assertThat(u1.action(instanton, 0))
        .isCloseTo(-BETA * lattice.sites() * Math.cos(angle), within(1e-5));
  }

  @Test
  void chargesAddUp() {
    U1 u1 = new U1(Lattice.of(8, 6), BETA);
    float[] field = new float[96];
    for (int charge = 1; charge <= 5; charge++) {
      for (int x = 0; x < field.length; x++) {
        field[x] += u1.instanton()[x];
      }
      u1.normalise(field, 0);
      assertThat(observed(u1, field)[u1.observables().indexOf("charge")]).isEqualTo(charge);
      assertThat(u1.slow(field, 0)).isEqualTo(charge * charge);
    }
  }

  @Test
  void linksFollowFromPlaquettes() {
    Lattice lattice = Lattice.of(5, 4);
    U1Plaquettes geometry = new U1Plaquettes(lattice);
    double[] wanted = new Random(5).doubles(20, -3, 3).toArray();
    wanted[7] -= Arrays.stream(wanted).sum() - 4 * Math.PI;
    double[] links = new double[40];
    Arrays.fill(links, Double.NaN);
    geometry.links(wanted, links);
    float[] floats = new float[40];
    for (int i = 0; i < 40; i++) {
      floats[i] = (float) links[i];
    }
    for (int x = 0; x < 20; x++) {
      assertThat(Angles.wrap(geometry.angle(floats, 0, x) - wanted[x])).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void whatIsNoFieldHasNoCharge() {
    U1 u1 = new U1(Lattice.of(4, 4), 1);
    float[] field = hot(u1.lattice(), 1);
    field[9] = Float.NaN;
    assertThatThrownBy(() -> observed(u1, field))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("charge: NaN (expected: a whole number, from links that are finite)");
    field[9] = 1e4f;
    assertThat(u1.action(field, 0)).as("beyond any machine's cosine").isNaN();
    assertThatThrownBy(() -> new U1(Lattice.of(4, 4, 4), 1))
        .hasMessage("lattice: 4 x 4 x 4 (expected: of two dimensions)");
  }

  /** A width of 0 leaves the microcanonical updates: plaquettes change places, S stays. */
  @ParameterizedTest
  @MethodSource("lattices")
  void microcanonicalUpdatesExchangePlaquettes(Lattice lattice) {
    U1 u1 = new U1(lattice, BETA);
    float[] field = hot(lattice, 31);
    double[] after = swept(u1, doubles(field), 0, 9)[0];
    assertThat(programAction(u1, after)).isCloseTo(programAction(u1, doubles(field)), within(1e-6));
    assertThat(cosines(u1, after)).containsExactly(cosines(u1, doubles(field)), within(1e-9));
    double moved = 0;
    for (int i = 0; i < after.length; i++) {
      moved += Math.abs(after[i] - field[i]);
    }
    assertThat(moved).isGreaterThan(1);
  }

  /** Random links have more action than all that is accepted from them. */
  @ParameterizedTest
  @MethodSource("lattices")
  void proposalsAreAcceptedAndCounted(Lattice lattice) {
    U1 cold = new U1(lattice, 50);
    double[] field = doubles(hot(lattice, 41));
    double[][] out = swept(cold, field, 0.5, 9);
    double accepted = out[1][0] + out[1][1];
    assertThat(accepted).isBetween(1.0, cold.proposals() - 1.0).isEqualTo(Math.rint(accepted));
    assertThat(programAction(cold, out[0])).isLessThan(programAction(cold, field));
    double[][] free = swept(new U1(lattice, 0), field, 0.5, 9);
    assertThat(free[1][0] + free[1][1]).isEqualTo(cold.proposals());
  }

  private static double[][] swept(U1 u1, double[] field, double width, long index) {
    ProgramBuilder b = new ProgramBuilder();
    Value theta = b.input("theta", 2, u1.sites());
    LocalUpdates.Sweep sweep = u1.sweep(b, theta, b.scalar(width), 3);
    b.output("theta", sweep.field());
    b.output("accepted", sweep.accepted());
    ReferenceExecutable executable = (ReferenceExecutable) new ReferenceMachine().load(b.build());
    return executable.evaluate(77, index, field);
  }

  private static double[] cosines(U1 u1, double[] field) {
    ProgramBuilder b = new ProgramBuilder();
    Value theta = b.input("theta", 2, u1.sites());
    b.output("cosines", b.cos(u1.plaquettes().of(b, theta)));
    return Arrays.stream(run(b.build(), field)[0]).sorted().toArray();
  }

  private static double[] observed(U1 u1, float[] field) {
    double[] values = new double[u1.observables().size()];
    u1.observe(field, 0, u1.action(field, 0), values);
    return values;
  }

  private static double programAction(U1 u1, double[] field) {
    ProgramBuilder b = new ProgramBuilder();
    Value theta = b.input("theta", 2, u1.sites());
    b.output("s", u1.action(b, theta));
    double[] pair = run(b.build(), field)[0];
    return u1.constant() + pair[0] + pair[1];
  }

  private static double[][] run(Program program, double[] field) {
    return ((ReferenceExecutable) new ReferenceMachine().load(program)).evaluate(0, 0, field);
  }

  private static float[] hot(Lattice lattice, long seed) {
    Random random = new Random(seed);
    float[] field = new float[2 * lattice.sites()];
    for (int x = 0; x < field.length; x++) {
      field[x] = Angles.canonical(2 * Math.PI * random.nextDouble());
    }
    return field;
  }

  private static double[] doubles(float[] field) {
    double[] doubles = new double[field.length];
    for (int x = 0; x < field.length; x++) {
      doubles[x] = field[x];
    }
    return doubles;
  }
}
