package org.fieldstream.server.live;

/**
 * A configuration as a picture of one value a site, see {@link
 * org.fieldstream.server.theory.Theory#pictured}: for more than two dimensions the plane of the
 * last two axes at 0 of the others, for one dimension a single row.
 *
 * @param index index of the configuration in its stream
 * @param rows cells down, 1 to {@value FieldSlice#MOST}
 * @param columns cells across, 1 to {@value FieldSlice#MOST}
 * @param rowSites sites down that a cell is the mean of; the last row may have fewer
 * @param columnSites sites across that a cell is the mean of; the last column may have fewer
 * @param cells {@code [row][column]}
 */
public record FieldPicture(
    long index, int rows, int columns, int rowSites, int columnSites, float[] cells) {}
