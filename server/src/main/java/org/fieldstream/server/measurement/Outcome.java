package org.fieldstream.server.measurement;

import java.util.List;

/**
 * What became of one request, now that it is durable.
 *
 * @param stored measurements stored by it
 * @param duplicates measurements that were there already with the same values
 * @param refused measurements left out
 * @param estimates the series it names, each once, this request included
 */
public record Outcome(
    int stored, int duplicates, List<Refused> refused, List<SeriesSnapshot> estimates) {}
