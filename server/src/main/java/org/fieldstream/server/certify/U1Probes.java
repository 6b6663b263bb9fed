package org.fieldstream.server.certify;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.theory.Angles;
import org.fieldstream.server.theory.U1;
import org.fieldstream.server.theory.U1Plaquettes;

/**
 * Tests of two-dimensional U(1). A link is part of two plaquettes, of angles p with sign + and q
 * with sign -, so its force is F = beta (sin p - sin q); r is the plaquette on the other side of p.
 * The identities are loop equations (Yu. M. Makeenko, A. A. Migdal, Phys. Lett. B 88 (1979) 135),
 * averages over all links:
 *
 * <pre>
 * sd_plaquette  sin(p) F = cos(p)
 * sd_double     sin(2 p) F = 2 cos(2 p)
 * sd_loop       sin(p + r) F = cos(p + r)
 * sd_force      F^2 = beta (cos p + cos q)
 * charge        Q = (1/2 pi) sum_x wrap(theta_x) is a whole number
 * c_charge      Q has mean 0
 * c_sine        sin(theta_x) has mean 0
 * centre        straight loops around the lattice have mean 0
 * translations  (cos theta)~(k) has mean 0: at the smallest momenta, and where sites are coloured 2^2
 * axes          loops of two plaquettes are alike along both axes of equal extents, and along both
 *               diagonals
 * </pre>
 *
 * chi_q is decided only where the charge moves.
 */
final class U1Probes implements Probes {
  private static final List<String> OBSERVABLES =
      List.of("plaquette", "wilson_1x2", "wilson_2x2", "polyakov_abs2", "chi_q");
  private static final double WHOLE = 1e-3;
  private static final double ROUNDING = 1e-12;

  /** Position of Q. */
  private static final int CHARGE = 5;

  private final U1 u1;
  private final double beta;
  private final int rows;
  private final int columns;
  private final int sites;
  private final boolean square;
  private final U1Plaquettes plaquettes;
  private final List<Probe> probes = new ArrayList<>();
  private final List<double[]> waves = new ArrayList<>();
  private final List<String> observables;
  private final int[] positions;
  private final double[] all;
  private final double[] angle;
  private final double[] cos;
  private final double[] sin;
  private int numbers;

  U1Probes(U1 u1) {
    this.u1 = u1;
    Lattice lattice = u1.lattice();
    beta = u1.beta();
    rows = lattice.extent(0);
    columns = lattice.extent(1);
    sites = lattice.sites();
    square = rows == columns;
    plaquettes = u1.plaquettes();
    observables = OBSERVABLES.stream().filter(u1.observables()::contains).toList();
    positions = observables.stream().mapToInt(u1.observables()::indexOf).toArray();
    all = new double[u1.observables().size()];
    angle = new double[sites];
    cos = new double[sites];
    sin = new double[sites];
    wave((i, j) -> Math.cos(2 * Math.PI * i / rows));
    wave((i, j) -> Math.sin(2 * Math.PI * i / rows));
    wave((i, j) -> Math.cos(2 * Math.PI * j / columns));
    wave((i, j) -> Math.sin(2 * Math.PI * j / columns));
    if (rows % 2 == 0 && columns % 2 == 0) {
      wave((i, j) -> 1 - 2 * (i % 2));
      wave((i, j) -> 1 - 2 * (j % 2));
      wave((i, j) -> 1 - 2 * ((i + j) % 2));
    }
    Kind sd = Kind.SCHWINGER_DYSON;
    add("sd_plaquette", "<sin(p) F> = <cos p>", sd, 1);
    add("sd_double", "<sin(2 p) F> = 2 <cos 2 p>", sd, 1);
    add("sd_loop", "<sin(p + r) F> = <cos(p + r)>", sd, 1);
    add("sd_force", "<F^2> = beta <cos p + cos q>", sd, 1);
    add("charge", "Q is a whole number", Kind.CHARGE, 1);
    add("c_charge", "<Q> = 0", Kind.SECTOR, 1);
    add("c_sine", "<sin theta_x> = 0", Kind.SYMMETRY, 1);
    add("centre", "<P> = 0", Kind.SYMMETRY, 4);
    add("translations", "<(cos theta)~(k)> = 0", Kind.SYMMETRY, waves.size());
    add("axes", "<axis> = <other axis>", Kind.SYMMETRY, square ? 2 : 1);
  }

  private void add(String name, String statement, Kind kind, int count) {
    probes.add(new Probe(name, statement, kind, numbers, count));
    numbers += count;
  }

  /** A function of row and column. */
  private interface Wave {
    double at(int row, int column);
  }

  private void wave(Wave wave) {
    double[] values = new double[sites];
    for (int x = 0; x < sites; x++) {
      double value = wave.at(x / columns, x % columns);
      // The sine of a multiple of pi is 0, not what rounding leaves of it.
      values[x] = Math.abs(value) < ROUNDING ? 0 : value;
    }
    waves.add(values);
  }

  @Override
  public List<Probe> probes() {
    return probes;
  }

  @Override
  public int numbers() {
    return numbers;
  }

  @Override
  public List<String> observables() {
    return observables;
  }

  @Override
  public int sectorOf(int observable) {
    return observables.get(observable).equals("chi_q") ? CHARGE : -1;
  }

  @Override
  public List<String> operators() {
    return List.of(
        "cos2",
        "cos3",
        "cos4",
        "coscos_1",
        "sinsin_1",
        "coscos_11",
        "sinsin_11",
        "coscos_2",
        "sinsin_2",
        "cos2cos2_1");
  }

  private int at(int row, int column) {
    return Math.floorMod(row, rows) * columns + Math.floorMod(column, columns);
  }

  private void angles(float[] fields, int offset) {
    for (int x = 0; x < sites; x++) {
      angle[x] = Angles.wrap(plaquettes.angle(fields, offset, x));
      cos[x] = Math.cos(angle[x]);
      sin[x] = Math.sin(angle[x]);
    }
  }

  @Override
  public void measure(float[] fields, int offset, double[] into) {
    angles(fields, offset);
    double plaquette = 0;
    double twice = 0;
    double loop = 0;
    double square2 = 0;
    double charge = 0;
    double sine = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int x = at(i, j);
        charge += angle[x];
        sine += sin[x];
        // The link along axis 0 here is between this plaquette, +, and that of the column before;
        // the one along axis 1 between that of the row before, +, and this one.
        for (int mu = 0; mu < 2; mu++) {
          int p = mu == 0 ? x : at(i - 1, j);
          int q = mu == 0 ? at(i, j - 1) : x;
          int r = mu == 0 ? at(i, j + 1) : at(i - 2, j);
          double force = beta * (sin[p] - sin[q]);
          plaquette += sin[p] * force - cos[p];
          twice += 2 * sin[p] * cos[p] * force - 2 * (2 * cos[p] * cos[p] - 1);
          loop += (sin[p] * cos[r] + cos[p] * sin[r]) * force;
          loop -= cos[p] * cos[r] - sin[p] * sin[r];
          square2 += force * force - beta * (cos[p] + cos[q]);
        }
      }
    }
    into[0] = plaquette / (2 * sites);
    into[1] = twice / (2 * sites);
    // Where a ring has two plaquettes only, r is q, and the link is not part of their loop.
    into[2] = rows > 2 && columns > 2 ? loop / (2 * sites) : 0;
    into[3] = square2 / (2 * sites);
    double whole = charge / (2 * Math.PI);
    into[4] = Math.abs(whole - Math.rint(whole)) > WHOLE ? 1 : 0;
    into[CHARGE] = Math.rint(whole);
    into[6] = sine / sites;
    centre(fields, offset, into, 7);
    int next = 11;
    for (double[] wave : waves) {
      double sum = 0;
      for (int x = 0; x < sites; x++) {
        sum += cos[x] * wave[x];
      }
      into[next++] = sum / sites;
    }
    into[next++] = diagonals();
    if (square) {
      into[next] = loops(1, 0) - loops(0, 1);
    }
  }

  /** Mean of cos(theta_x + theta_y) over all places, y being some steps on. */
  private double loops(int down, int right) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int x = at(i, j);
        int y = at(i + down, j + right);
        sum += cos[x] * cos[y] - sin[x] * sin[y];
      }
    }
    return sum / sites;
  }

  private double diagonals() {
    return loops(1, 1) - loops(1, -1);
  }

  /** Straight loops around both axes, real and imaginary parts. */
  private void centre(float[] fields, int offset, double[] into, int first) {
    for (int axis = 0; axis < 2; axis++) {
      int lines = axis == 0 ? columns : rows;
      int length = axis == 0 ? rows : columns;
      double re = 0;
      double im = 0;
      for (int line = 0; line < lines; line++) {
        double sum = 0;
        for (int k = 0; k < length; k++) {
          int x = axis == 0 ? at(k, line) : at(line, k);
          sum += fields[offset + axis * sites + x];
        }
        re += Math.cos(sum) / lines;
        im += Math.sin(sum) / lines;
      }
      into[first + 2 * axis] = re;
      into[first + 2 * axis + 1] = im;
    }
  }

  @Override
  public void observe(float[] fields, int offset, double action, double[] into) {
    u1.observe(fields, offset, action, all);
    for (int o = 0; o < positions.length; o++) {
      into[o] = all[positions[o]];
    }
    angles(fields, offset);
    int next = positions.length;
    for (int k = 2; k <= 4; k++) {
      double sum = 0;
      for (int x = 0; x < sites; x++) {
        sum += Math.cos(k * angle[x]);
      }
      into[next++] = sum / sites;
    }
    next = pairs(new int[][] {{0, 1}, {1, 0}}, into, next);
    next = pairs(new int[][] {{1, 1}, {1, -1}}, into, next);
    next = pairs(new int[][] {{0, 2}, {2, 0}}, into, next);
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double here = cos[at(i, j)];
        double right = cos[at(i, j + 1)];
        double below = cos[at(i + 1, j)];
        sum += here * here * (right * right + below * below);
      }
    }
    into[next] = sum / (2 * sites);
  }

  private int pairs(int[][] shifts, double[] into, int at) {
    double coscos = 0;
    double sinsin = 0;
    for (int[] shift : shifts) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          int x = at(i, j);
          int y = at(i + shift[0], j + shift[1]);
          coscos += cos[x] * cos[y];
          sinsin += sin[x] * sin[y];
        }
      }
    }
    into[at] = coscos / sites / shifts.length;
    into[at + 1] = sinsin / sites / shifts.length;
    return at + 2;
  }
}
