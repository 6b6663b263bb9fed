/**
 * Measurements that clients record. Requests of measurements enter a bounded queue; one thread
 * checks them, stores those of many clients in one transaction, and, once that is durable, feeds
 * the running estimates and answers. Snapshots of the estimates leave, for any thread to read.
 *
 * <p>Start here: {@link org.fieldstream.server.measurement.MeasurementWriter} (the thread), {@link
 * org.fieldstream.server.measurement.MeasurementStore} (the disk), {@link
 * org.fieldstream.server.measurement.RecordedSeries} (the estimates).
 *
 * <p><b>Why SQLite.</b> Acknowledged means durable, so the store has to be the one whose crash
 * safety is best proven; SQLite's is tested by its authors against crashes and power loss at every
 * step of a commit. In WAL mode with {@code synchronous=FULL} a commit is one flush of the log, and
 * one commit carries the requests of all clients that wait. Its file can be read by everything,
 * also while the server runs: {@code sqlite3.connect("data/measurements.db")} in Python's standard
 * library, {@code numpy.frombuffer(vals, "<f8")} a row. The alternatives, on one machine, records
 * of one number in commits of 10,000, durable each: SQLite 200,000/s with 32 rows a statement
 * (46,000/s row by row), RocksDB 11.8.1 80,000-118,000/s, H2's MVStore 2.5.252 123,000-255,000/s.
 * RocksDB's jar has 92 MB against SQLite's 12 MB; MVStore needs no native code, but promises less
 * after a power loss, and closes its file when its thread is interrupted.
 *
 * <p><b>Configuration ids</b> may come in any order and leave gaps. The estimates are those of the
 * values in the order of their ids within each replica, successive ids being successive steps of
 * Monte Carlo time whatever lies between them; autocorrelation times count in measurements.
 */
@NullMarked
package org.fieldstream.server.measurement;

import org.jspecify.annotations.NullMarked;
