/* The least a program can be: what start-up costs anyway. */
int
main(void)
{
	return 0;
}
