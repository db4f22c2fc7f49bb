// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {EscrowTest} from "../EscrowTest.sol";
import {vm} from "../Vm.sol";

contract AcceptJobTest is EscrowTest {
    function test_given_no_such_job_it_reverts(uint256 jobId) external {
        vm.assume(jobId != 0);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.JobNotOpen.selector, jobId, IAIModelTraining.JobStatus.None
            )
        );
        escrow.acceptJob(jobId, delegate);
    }

    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createClosedJob();
        vm.prank(carol);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.JobNotOpen.selector, jobId, IAIModelTraining.JobStatus.Completed
            )
        );
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_given_acceptBy_has_come_it_reverts(uint32 later) external {
        uint256 jobId = createJob();
        vm.warp(START + 1 days + later);
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTraining.AcceptanceClosed.selector, jobId, START + 1 days));
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_when_the_requester_calls_it_reverts() external {
        uint256 jobId = createJob();
        vm.prank(requester);
        expectError(
            abi.encodeWithSelector(IAIModelTraining.RequesterCannotContribute.selector, jobId, requester)
        );
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_when_a_wallet_comes_twice_it_reverts_whatever_became_of_the_first_time() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        refuseAgain(jobId, alice);
        deliver(jobId, bob);
        refuseAgain(jobId, bob);
        reject(jobId, bob);
        refuseAgain(jobId, bob);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, alice);
        refuseAgain(jobId, alice);
    }

    function refuseAgain(uint256 jobId, address contributor) private {
        vm.prank(contributor);
        expectError(abi.encodeWithSelector(IAIModelTraining.AlreadyAccepted.selector, jobId, contributor));
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_given_no_free_slot_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        accept(jobId, bob);
        accept(jobId, carol);
        vm.prank(dave);
        expectError(abi.encodeWithSelector(IAIModelTraining.NoFreeSlot.selector, jobId));
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_when_another_amount_than_the_bond_is_sent_it_reverts(uint256 sentWei) external {
        sentWei = bound(sentWei, 0, 1_000 ether);
        vm.assume(sentWei != BOND);
        uint256 jobId = createJob();
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTraining.WrongBond.selector, jobId, BOND, sentWei));
        escrow.acceptJob{value: sentWei}(jobId, delegate);
    }

    function test_it_takes_the_lowest_free_slot_with_a_deadline_a_training_period_away(uint256 wait)
        external
    {
        wait = bound(wait, 0, 1 days - 1);
        uint256 jobId = createJob();
        vm.warp(START + wait);
        uint40 deadline = uint40(START + wait + 1 hours);
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.JobAccepted(jobId, alice, 0, delegate, deadline);
        accept(jobId, alice);

        IAIModelTraining.Slot memory slot = escrow.getSlot(jobId, alice);
        assertSlot(jobId, alice, IAIModelTraining.SlotStatus.Accepted);
        assertEq(slot.timestamp, deadline, "deadline");
        assertEq(slot.delegate, delegate, "delegate");
        assertTrue(slot.bonded, "bonded");
        assertEq(escrow.getJob(jobId).takenSlots, 1, "taken slots");
        assertEq(address(escrow).balance, STAKE + BOND, "balance");
    }

    function test_it_takes_a_freed_slot_again() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        deliver(jobId, bob);
        reject(jobId, alice);
        accept(jobId, carol);
        accept(jobId, dave);
        assertEq(escrow.getSlot(jobId, carol).index, 0, "freed slot first");
        assertEq(escrow.getSlot(jobId, dave).index, 2, "then the next");
        assertEq(escrow.getJob(jobId).takenSlots, 7, "taken slots");
    }

    function test_it_fills_32_slots_in_order() external {
        IAIModelTraining.Terms memory terms_ = terms();
        (terms_.maxContributors, terms_.bondWei) = (32, 0);
        uint256 jobId = createJob(terms_);
        for (uint160 i = 0; i < 32; ++i) {
            vm.prank(address(0xF000 + i));
            assertEq(escrow.acceptJob(jobId, address(0)), i, "slot");
        }
        assertEq(escrow.getJob(jobId).takenSlots, type(uint32).max, "taken slots");
    }
}
